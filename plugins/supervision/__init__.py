"""Supervision (监督): power lists, decisions that cannot skip a step, reports that bypass the reported."""
