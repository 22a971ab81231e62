"""The native engine: a model and its solver written as vector code, compiled in the process, kept on disk."""
