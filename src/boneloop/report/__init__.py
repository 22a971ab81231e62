"""What a reader gets: one page that opens offline, tables for machines, and a few lines for the terminal."""
