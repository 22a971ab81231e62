"""The disease: stations of the body, the arrows between them, and the circle they close."""
