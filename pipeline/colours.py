"""The colours of all plots."""

BLUE, LIGHT_BLUE, GREEN, RED, GREY = "#2f6fb3", "#8db8e2", "#2e8b57", "#c0392b", "#8a8f98"
