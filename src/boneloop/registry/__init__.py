"""The store: every person's record as it was known over time, and who changed what when."""
