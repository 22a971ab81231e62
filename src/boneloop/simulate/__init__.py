"""One person's possible futures: chance, the start, the month by month life under a care plan. Batch axes live here."""
