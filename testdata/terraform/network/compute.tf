data "aws_ami" "amazon_linux_2" {
  most_recent = true
  owners      = ["137112412989"]

  filter {
    name   = "name"
    values = ["amzn2-ami-hvm-2.0.*-x86_64-gp2"]
  }
}

# ---- the instance in the protected subnet --------------------------------------

resource "aws_security_group" "app" {
  name        = "app"
  description = "the instance in the protected subnet"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "app" }
}

resource "aws_vpc_security_group_egress_rule" "app_ssh_vpc" {
  security_group_id = aws_security_group.app.id
  description       = "SSH inside the VPC"
  cidr_ipv4         = aws_vpc.main.cidr_block
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}

resource "aws_vpc_security_group_egress_rule" "app_https" {
  count             = 1
  security_group_id = aws_security_group.app.id
  description       = "HTTPS anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "app_http" {
  count             = var.s3_only_http ? 0 : 1
  security_group_id = aws_security_group.app.id
  description       = "HTTP anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
}

resource "aws_vpc_security_group_egress_rule" "app_icmp" {
  security_group_id = aws_security_group.app.id
  description       = "ping anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "icmp"
  from_port         = -1
  to_port           = -1
}

resource "aws_vpc_security_group_egress_rule" "app_s3" {
  for_each          = toset(["80", "443"])
  security_group_id = aws_security_group.app.id
  description       = "S3 through the gateway endpoint"
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_instance" "app" {
  ami                    = data.aws_ami.amazon_linux_2.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.protected.id
  private_ip             = "10.0.1.10"
  vpc_security_group_ids = [aws_security_group.app.id]
  iam_instance_profile   = aws_iam_instance_profile.app.name
  tags                   = { Name = "app" }
}

# ---- an instance in the private subnet -------------------------------------------

resource "aws_security_group" "isolated" {
  name        = "isolated"
  description = "the instance in the private subnet"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "isolated" }
}

# The third style: rules of the older resource type, one of them naming a group.
resource "aws_security_group_rule" "isolated_ssh_from_app" {
  security_group_id        = aws_security_group.isolated.id
  type                     = "ingress"
  description              = "SSH from the app"
  source_security_group_id = aws_security_group.app.id
  protocol                 = "tcp"
  from_port                = 22
  to_port                  = 22
}

resource "aws_security_group_rule" "isolated_out" {
  security_group_id = aws_security_group.isolated.id
  type              = "egress"
  cidr_blocks       = ["0.0.0.0/0"]
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
}

resource "aws_instance" "isolated" {
  ami                    = data.aws_ami.amazon_linux_2.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.private.id
  private_ip             = "10.0.2.10"
  vpc_security_group_ids = [aws_security_group.isolated.id]
  tags                   = { Name = "isolated" }
}

# ---- NAT instance ------------------------------------------------------------------

resource "aws_security_group" "nat" {
  count       = local.nat_instance ? 1 : 0
  name        = "nat"
  description = "the NAT instance"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "nat" }

  ingress {
    description = "web from the protected subnet"
    cidr_blocks = [aws_subnet.protected.cidr_block]
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
  }

  ingress {
    description = "web from the protected subnet"
    cidr_blocks = [aws_subnet.protected.cidr_block]
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
  }

  ingress {
    description = "ping from the protected subnet"
    cidr_blocks = [aws_subnet.protected.cidr_block]
    protocol    = "icmp"
    from_port   = -1
    to_port     = -1
  }

  egress {
    cidr_blocks = ["0.0.0.0/0"]
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
  }
}

resource "aws_instance" "nat" {
  count                  = local.nat_instance ? 1 : 0
  ami                    = data.aws_ami.amazon_linux_2.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.public.id
  private_ip             = "10.0.0.10"
  source_dest_check      = false
  vpc_security_group_ids = [aws_security_group.nat[0].id]
  tags                   = { Name = "nat" }
}

resource "aws_eip_association" "nat_instance" {
  count         = local.nat_instance ? 1 : 0
  allocation_id = aws_eip.nat[0].id
  instance_id   = aws_instance.nat[0].id
}
