# What AWS makes by itself, looked after by Terraform; a module in a module; a group attached to an interface afterwards.
module "outer" {
  source = "./modules/network"
  cidr   = "10.40.0.0/16"
}

resource "aws_default_route_table" "main" {
  default_route_table_id = module.outer.default_route_table_id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = module.outer.internet_gateway_id
  }
}

# No rule at all: whoever has the default group sends and gets nothing.
resource "aws_default_security_group" "closed" {
  vpc_id = module.outer.vpc_id
}

resource "aws_default_network_acl" "main" {
  default_network_acl_id = module.outer.default_network_acl_id

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 1024
    to_port    = 65535
  }

  ingress {
    rule_no    = 110
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "10.40.0.0/16"
    from_port  = 22
    to_port    = 22
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }

  lifecycle {
    ignore_changes = [subnet_ids]
  }
}

resource "aws_security_group" "open" {
  name   = "open"
  vpc_id = module.outer.vpc_id

  ingress {
    protocol  = "tcp"
    from_port = 22
    to_port   = 22
    self      = true
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "closed" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  subnet_id     = module.outer.subnet_ids["one"]
  tags          = { Name = "closed" }
}

resource "aws_instance" "open" {
  for_each                    = toset(["one", "two"])
  ami                         = "ami-12c6146b"
  instance_type               = "t3.micro"
  subnet_id                   = module.outer.subnet_ids[each.key]
  associate_public_ip_address = each.key == "one"
  vpc_security_group_ids      = [aws_security_group.open.id]
  tags                        = { Name = "open-${each.key}" }
}

resource "aws_security_group" "added" {
  name   = "added"
  vpc_id = module.outer.vpc_id

  egress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.40.0.0/16"]
  }
}

resource "aws_network_interface" "spare" {
  subnet_id       = module.outer.subnet_ids["two"]
  security_groups = [aws_security_group.added.id]
}

resource "aws_instance" "two_legs" {
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = module.outer.subnet_ids["two"]
  vpc_security_group_ids = [aws_security_group.added.id]
  tags                   = { Name = "two-legs" }
}

resource "aws_network_interface_attachment" "second" {
  instance_id          = aws_instance.two_legs.id
  network_interface_id = aws_network_interface.spare.id
  device_index         = 1
}
