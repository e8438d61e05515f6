# Machines to try the network with, and for expectations.toml to be about. Delete this file when there are others.
resource "aws_instance" "web" {
  ami                         = data.aws_ami.amazon_linux.id
  instance_type               = "t4g.nano"
  subnet_id                   = aws_subnet.public["1"].id
  vpc_security_group_ids      = [aws_security_group.web.id]
  associate_public_ip_address = true
  tags                        = { Name = "${local.name}-web-1" }

  metadata_options {
    http_tokens = "required"
  }

  lifecycle {
    ignore_changes = [ami]
  }
}

resource "aws_instance" "app" {
  for_each               = local.zones
  ami                    = data.aws_ami.amazon_linux.id
  instance_type          = "t4g.nano"
  subnet_id              = aws_subnet.protected[each.key].id
  vpc_security_group_ids = [aws_security_group.app.id]
  tags                   = { Name = "${local.name}-app-${each.key}" }

  metadata_options {
    http_tokens = "required"
  }

  lifecycle {
    ignore_changes = [ami]
  }
}

resource "aws_instance" "data" {
  ami                    = data.aws_ami.amazon_linux.id
  instance_type          = "t4g.nano"
  subnet_id              = aws_subnet.private["1"].id
  vpc_security_group_ids = [aws_security_group.data.id]
  tags                   = { Name = "${local.name}-data-1" }

  metadata_options {
    http_tokens = "required"
  }

  lifecycle {
    ignore_changes = [ami]
  }
}
