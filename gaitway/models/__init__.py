"""What is kept. Fields, constraints, who may see a row, and `.spec()` to the engine's values."""

from .area import Area
from .channel import Channel
from .checkin import CheckIn
from .comment import Comment
from .decision import Condition, Decision, Vote
from .definition import Definition
from .delegation import Delegation
from .delivery import Delivery
from .evaluation import Evaluation
from .event import Event, Head
from .file import File, Link
from .forecast import Forecast
from .hold import Hold
from .initiative import Initiative, Role
from .invitation import Invitation
from .job import Job
from .kpi import Kpi
from .limitreset import LimitReset
from .meeting import Review, ReviewItem, ReviewNote
from .milestone import Milestone
from .notice import Notice
from .observation import Observation
from .person import Person
from .preference import Following, Preference
from .pull import Pull
from .screen import Screen
from .source import Source
from .stage import Amendment, Approval, ChecklistItem, Stage, StageChange
from .strategy import KeyResult, Objective, Strategy
from .summary import Summary
from .task import Task, TaskItem
from .token import Reply, Token
from .undo import Undo
from .upload import Upload
from .view import Pin, View
from .worker import Worker

__all__ = [
    "Amendment", "Approval", "Area", "Channel", "CheckIn", "ChecklistItem", "Comment", "Condition", "Decision",
    "Definition", "Delegation", "Delivery", "Evaluation", "Event", "File", "Following", "Forecast", "Head", "Hold",
    "Initiative", "Invitation", "Job", "KeyResult", "Kpi", "LimitReset", "Link", "Milestone", "Notice", "Objective",
    "Observation", "Person", "Pin", "Preference", "Pull", "Reply", "Review", "ReviewItem", "ReviewNote", "Role", "Screen",
    "Source", "Stage", "StageChange", "Strategy", "Summary", "Task", "TaskItem", "Token", "Undo", "Upload", "View", "Vote",
    "Worker",
]  # fmt: skip
