"""The person: the record as it came, and the profile the model starts from."""
