"""What each command of the command line does; ``cli`` only names them. Heavy imports stand inside the functions."""
