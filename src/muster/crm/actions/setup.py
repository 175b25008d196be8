"""Products, pipelines, stages and reasons."""

from muster.access.crud import crud
from muster.crm.models import LossReason, Pipeline, Product, Stage

products = crud(Product)
pipelines = crud(Pipeline)
stages = crud(Stage)
loss_reasons = crud(LossReason)
