variable "cidr" { type = string }

resource "aws_vpc" "this" {
  cidr_block = var.cidr
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

module "subnets" {
  source = "./subnets"
  vpc_id = aws_vpc.this.id
  ranges = {
    one = cidrsubnet(var.cidr, 8, 1)
    two = cidrsubnet(var.cidr, 8, 2)
  }
}

output "vpc_id" { value = aws_vpc.this.id }
output "internet_gateway_id" { value = aws_internet_gateway.this.id }
output "default_route_table_id" { value = aws_vpc.this.default_route_table_id }
output "default_network_acl_id" { value = aws_vpc.this.default_network_acl_id }
output "subnet_ids" { value = module.subnets.ids }
