"""Index and release files. The index has one writer; releases are for everybody else."""
