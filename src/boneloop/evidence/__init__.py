"""Every number that boneloop uses: value, unit, spread, population, source, and how far it is checked."""
