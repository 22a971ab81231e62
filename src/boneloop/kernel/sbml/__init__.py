"""SBML: a recorded model as a file that libRoadRunner, COPASI and AMICI read."""
