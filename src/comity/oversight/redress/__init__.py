"""Subject access and redress: one desk for whoever asks, and the statute decides the remedy."""
