"""The JSON interface of the grid plugin: one blueprint, one file for each subject."""

from core.api import Blueprint
from core.text import N_

api = Blueprint("grid", __name__, description=N_("网格：划分、配备、巡查、任务"))
