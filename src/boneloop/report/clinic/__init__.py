"""A clinic's people on one table and one page: who has to be looked at, and how the service does."""
