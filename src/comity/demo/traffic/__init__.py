"""A quarter of questions to one owner: honest work with its hard cases, and misuse planted into it by seed."""
