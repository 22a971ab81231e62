"""The arrows: one file each, source_to_target. None knows another."""
