"""FHIR R4 in: Bundles and loose resources, read with typed structures that hold only what is used."""
