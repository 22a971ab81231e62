"""How the stored numbers are won from data: each derivation is a script that anyone can run again."""
