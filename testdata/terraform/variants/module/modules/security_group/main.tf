# A group by name or by prefix of a name: whichever it is goes out through a local.
variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "use_name_prefix" {
  type    = bool
  default = true
}

variable "out" {
  type    = list(object({ port = number, cidr_block = string }))
  default = []
}

variable "database_groups" {
  type    = list(string)
  default = []
}

locals {
  security_group_id = concat(aws_security_group.this[*].id, aws_security_group.by_prefix[*].id, [""])[0]
}

resource "aws_security_group" "this" {
  count = var.use_name_prefix ? 0 : 1

  name   = var.name
  vpc_id = var.vpc_id
}

resource "aws_security_group" "by_prefix" {
  count = var.use_name_prefix ? 1 : 0

  name_prefix = "${var.name}-"
  vpc_id      = var.vpc_id
}

resource "aws_security_group_rule" "out" {
  count = length(var.out)

  security_group_id = local.security_group_id
  type              = "egress"
  protocol          = "tcp"
  from_port         = var.out[count.index].port
  to_port           = var.out[count.index].port
  cidr_blocks       = [var.out[count.index].cidr_block]
}

resource "aws_security_group_rule" "to_database" {
  count = length(var.database_groups)

  security_group_id        = local.security_group_id
  type                     = "egress"
  protocol                 = "tcp"
  from_port                = 5432
  to_port                  = 5432
  source_security_group_id = var.database_groups[count.index]
}

output "security_group_id" {
  value = local.security_group_id
}
