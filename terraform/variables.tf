variable "principal_arn" {
  description = "The identity that the cf502 worker runs as: the only one that may assume the roles."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:", var.principal_arn))
    error_message = "principal_arn must be the ARN of a role or user, for example arn:aws:iam::111122223333:role/cf502-worker."
  }
}

variable "external_id" {
  description = "ExternalId that cf502 sends when it assumes a role; the same value goes into the policy file."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.external_id) >= 8
    error_message = "external_id must have eight characters or more."
  }
}

variable "name_prefix" {
  description = "The roles are named <name_prefix>-read, -change and -audit."
  type        = string
  default     = "cf502"
}

variable "log_bucket_arns" {
  description = "Buckets that hold access logs, without a slash at the end."
  type        = list(string)
  default     = []
}

variable "log_group_arns" {
  description = "Log groups of CloudWatch Logs that hold access logs; read through Logs Insights."
  type        = list(string)
  default     = []
}

variable "athena" {
  description = "Where Athena may be used on the logs. null: it is not."
  type = object({
    workgroup_arn      = string
    database           = string
    results_bucket_arn = string
    results_prefix     = optional(string, "")
  })
  default = null
}

variable "change_distribution_arns" {
  description = "Distributions that cf502 may change, by ARN. Empty: there is no change role."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.change_distribution_arns : can(regex("^arn:aws[a-z-]*:cloudfront::[0-9]{12}:distribution/E[A-Z0-9]+$", arn))])
    error_message = "change_distribution_arns names each distribution; wildcards are not taken."
  }
}

variable "allow_trials" {
  description = "Whether changes may be tried by continuous deployment. The change role then reaches all distributions of the account; see change-trials.tf."
  type        = bool
  default     = false
}

variable "change_balancer_arns" {
  description = "Load balancers whose idle timeout cf502 may change, by ARN."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.change_balancer_arns : can(regex(":loadbalancer/app/[A-Za-z0-9-]+/[0-9a-f]+$", arn))])
    error_message = "change_balancer_arns names each application load balancer; wildcards are not taken."
  }
}

variable "legacy_log_bucket_arns" {
  description = "Buckets of standard logging (legacy) of the distributions above: UpdateDistribution wants to see and set their ACL."
  type        = list(string)
  default     = []
}

variable "edge_function_arns" {
  description = "Lambda@Edge functions, with :* for their versions, that are attached to the distributions above."
  type        = list(string)
  default     = []
}

variable "audit_bucket_name" {
  description = "Name of the bucket that is made for the audit log, with Object Lock. null: none is made."
  type        = string
  default     = null
}

variable "audit_prefix" {
  description = "As audit.prefix in the policy file."
  type        = string
  default     = "cf502-audit/"
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}
