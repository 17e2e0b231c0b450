"""The law engine: vocabulary, rule language, agreements, folding, decisions, duties and explanations. No I/O."""
