"""The process that listens to the broker, stores what it hears, and lets calls climb the ladder."""
