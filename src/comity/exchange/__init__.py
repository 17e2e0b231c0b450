"""The exchange's verbs: ask, answer, fetch, and what they stand on.

The path of a question: `asking` puts it, `messages` carries it, `answering` decides, releases and enters it. What is brought
without a question goes by `delivery`; every other folder is one thing that agencies do with each other or with their log.
"""
