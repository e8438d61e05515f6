# A module in the manner of the public ones: locals, count, element, one NAT gateway a zone.
module "vpc" {
  source = "./modules/vpc"

  name             = "shop"
  cidr             = "10.20.0.0/16"
  azs              = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  public_subnets   = ["10.20.0.0/24", "10.20.1.0/24", "10.20.2.0/24"]
  private_subnets  = ["10.20.10.0/24", "10.20.11.0/24", "10.20.12.0/24"]
  database_subnets = ["10.20.20.0/24", "10.20.21.0/24", "10.20.22.0/24"]
}

module "web_group" {
  source = "./modules/security_group"

  name            = "web"
  vpc_id          = module.vpc.vpc_id
  out             = [{ port = 443, cidr_block = "0.0.0.0/0" }]
  database_groups = [aws_security_group.database.id]
}

resource "aws_security_group" "database" {
  name   = "database"
  vpc_id = module.vpc.vpc_id
}

resource "aws_security_group_rule" "database_in" {
  security_group_id        = aws_security_group.database.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 5432
  to_port                  = 5432
  source_security_group_id = module.web_group.security_group_id
}

resource "aws_instance" "web" {
  count                  = 3
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = module.vpc.private_subnets[count.index]
  vpc_security_group_ids = [module.web_group.security_group_id]
  tags                   = { Name = "web-${count.index}" }
}

resource "aws_instance" "database" {
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = module.vpc.database_subnets[0]
  vpc_security_group_ids = [aws_security_group.database.id]
  tags                   = { Name = "database" }
}

# No group named: the VPC's default one.
resource "aws_instance" "bastion" {
  ami                         = "ami-12c6146b"
  instance_type               = "t3.micro"
  subnet_id                   = module.vpc.public_subnets[0]
  associate_public_ip_address = true
  tags                        = { Name = "bastion" }
}
