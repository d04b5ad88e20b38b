"""The API: what the site shows, for programs. Read only, without a key, on the same server.

    /api/v1/…            JSON, or CSV, Parquet, Arrow by the ending of the path
    /api/v1/openapi.json what there is, with every parameter
    /releases/<id>/…     a release's own files, as they were published
    /feeds/…             Atom and JSON feeds

An answer is a pure function of its address once that names a release, so it can be kept for ever.
"""
