"""What is known about this person, scored: bone, fracture risk, mind, pain, function; flags and gaps. No simulation."""
