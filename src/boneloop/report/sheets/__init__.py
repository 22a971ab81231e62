"""Sheets of paper for one person: a page for the clinician, two plain pages for the patient, in two languages."""
