"""The stations: bone, mineral, fracture, pain, function, wellbeing, mood, stress, inflammation. None knows another."""
