# Everything by for_each, a NAT instance with an interface of its own, rules one resource each.
locals {
  zones = {
    a = { az = "eu-west-1a", public = "10.30.0.0/24", private = "10.30.10.0/24" }
    b = { az = "eu-west-1b", public = "10.30.1.0/24", private = "10.30.11.0/24" }
  }
}

resource "aws_vpc" "this" {
  cidr_block = "10.30.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.31.0.0/16"
}

resource "aws_subnet" "public" {
  for_each                = local.zones
  vpc_id                  = aws_vpc.this.id
  cidr_block              = each.value.public
  availability_zone       = each.value.az
  map_public_ip_on_launch = true
  tags                    = { Name = "public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each          = local.zones
  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value.private
  availability_zone = each.value.az
  tags              = { Name = "private-${each.key}" }
}

resource "aws_subnet" "more" {
  vpc_id            = aws_vpc_ipv4_cidr_block_association.more.vpc_id
  cidr_block        = "10.31.0.0/24"
  availability_zone = "eu-west-1a"
  tags              = { Name = "more" }
}

resource "aws_internet_gateway" "this" {
}

resource "aws_internet_gateway_attachment" "this" {
  internet_gateway_id = aws_internet_gateway.this.id
  vpc_id              = aws_vpc.this.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }

  depends_on = [aws_internet_gateway_attachment.this]
}

# The public table is the main one too: the subnet `more` has it without an association.
resource "aws_main_route_table_association" "public" {
  vpc_id         = aws_vpc.this.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "public" {
  for_each       = aws_subnet.public
  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  for_each = local.zones
  vpc_id   = aws_vpc.this.id
}

resource "aws_route_table_association" "private" {
  for_each       = local.zones
  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}

# Zone a leaves by the NAT instance, zone b by a NAT gateway.
resource "aws_network_interface" "nat" {
  subnet_id         = aws_subnet.public["a"].id
  source_dest_check = false
  security_groups   = [aws_security_group.nat.id]
}

resource "aws_eip" "nat" {
  domain            = "vpc"
  network_interface = aws_network_interface.nat.id
  depends_on        = [aws_internet_gateway_attachment.this]
}

resource "aws_instance" "nat" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  tags          = { Name = "nat" }

  network_interface {
    device_index         = 0
    network_interface_id = aws_network_interface.nat.id
  }
}

resource "aws_route" "private_a" {
  route_table_id         = aws_route_table.private["a"].id
  destination_cidr_block = "0.0.0.0/0"
  network_interface_id   = aws_network_interface.nat.id
}

resource "aws_eip" "gateway" {
  domain = "vpc"
}

resource "aws_nat_gateway" "b" {
  subnet_id     = aws_subnet.public["b"].id
  allocation_id = aws_eip.gateway.id
}

resource "aws_route" "private_b" {
  route_table_id         = aws_route_table.private["b"].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.b.id
}

resource "aws_security_group" "nat" {
  name   = "nat"
  vpc_id = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "nat" {
  for_each          = aws_subnet.private
  security_group_id = aws_security_group.nat.id
  cidr_ipv4         = each.value.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "nat" {
  security_group_id = aws_security_group.nat.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "app" {
  for_each = local.zones
  name     = "app-${each.key}"
  vpc_id   = aws_vpc.this.id
}

resource "aws_vpc_security_group_egress_rule" "app_https" {
  for_each          = aws_security_group.app
  security_group_id = each.value.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "app_ssh" {
  for_each          = local.zones
  security_group_id = aws_security_group.app[each.key].id
  cidr_ipv4         = "10.30.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}

resource "aws_vpc_security_group_ingress_rule" "app_b_from_a" {
  security_group_id            = aws_security_group.app["b"].id
  referenced_security_group_id = aws_security_group.app["a"].id
  ip_protocol                  = "tcp"
  from_port                    = 22
  to_port                      = 22
}

resource "aws_instance" "app" {
  for_each               = aws_subnet.private
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = each.value.id
  vpc_security_group_ids = [aws_security_group.app[each.key].id]
  tags                   = { Name = "app-${each.key}" }
}

resource "aws_instance" "more" {
  ami                         = "ami-12c6146b"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.more.id
  associate_public_ip_address = false
  vpc_security_group_ids      = [aws_security_group.app["a"].id]
  tags                        = { Name = "more" }
}
