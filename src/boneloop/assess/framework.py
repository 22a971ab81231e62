"""The framework a person is assessed under: a guideline family, chosen by the user or by the country, or none.

Thresholds of one framework are never used under another. Without a country and without a choice there is none: then
only what holds everywhere is said.
"""

from __future__ import annotations

from boneloop.errors import InputError

FRAMEWORKS = {
    "nogg_2024": "NOGG 2024 (UK)",
    "acp_2023": "ACP 2023 (US)",
    "aace_2020": "AACE 2020 (US)",
    "bhof_2022": "BHOF 2022 (US)",
    "endocrine_2020": "Endocrine Society 2020 (US)",
    "china_2022": "China 2022",
}
COUNTRY = {
    "nogg_2024": "GB",
    "acp_2023": "US",
    "aace_2020": "US",
    "bhof_2022": "US",
    "endocrine_2020": "US",
    "china_2022": "CN",
}
"""Where the thresholds of a framework are from."""
BY_COUNTRY = {"GB": "nogg_2024", "US": "acp_2023", "CN": "china_2022"}
SHORT = {"uk": "nogg_2024", "gb": "nogg_2024", "us": "acp_2023", "china": "china_2022", "cn": "china_2022"}
"""What a user may say for the framework of a country."""


def choose(framework: str | None, country: str) -> str:
    """The framework by name or by the short name of a country; else that of the record's country; "" for none.

    Raises InputError for a name that does not exist.
    """
    if framework:
        named = SHORT.get(framework.lower(), framework)
        if named not in FRAMEWORKS:
            raise InputError("framework", f"one of {', '.join(FRAMEWORKS)}, or UK, US, China", framework)
        return named
    return BY_COUNTRY.get(country, "")
