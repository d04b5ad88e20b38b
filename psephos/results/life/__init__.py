"""The life of a chain: does it go on, does it take everybody, does it tell, is anything new."""
