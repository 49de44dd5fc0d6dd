# Every payoff of a dataset once more, in R, from the formulas of docs/model.md.
#
#     Rscript docs/recompute.R DIR
#
# DIR is a folder written by `backstop export data -o DIR` (CSV). Base R alone, nothing of the
# program: it reads scenarios, scenario_seats, links, sessions (for the drawn shock and the order
# of rounds) and decisions, resolves every round of the basic rules, and compares with ledger.csv.
# Sessions with advanced rules are passed over and counted. Exit status 1 if anything differs.

folder <- commandArgs(trailingOnly = TRUE)
if (length(folder) != 1) stop("usage: Rscript docs/recompute.R DIR")
table_of <- function(name) {
  read.csv(file.path(folder, paste0(name, ".csv")), na.strings = "", check.names = FALSE,
           encoding = "UTF-8", stringsAsFactors = FALSE)
}
scenarios <- table_of("scenarios")
seats <- table_of("scenario_seats")
links <- table_of("links")
sessions <- table_of("sessions")
decisions <- table_of("decisions")
ledger <- table_of("ledger")

# floor(A*t/T) - floor(A*(t-1)/T): whole parts that add up to A.
share_of_round <- function(amount, rounds, round) {
  (amount * round) %/% rounds - (amount * (round - 1)) %/% rounds
}

# Pro rata in whole millions by largest remainder, ties by seat order; nobody above its weight.
apportion <- function(total, weights) {
  whole <- sum(weights)
  if (whole <= total) return(weights)
  parts <- (total * weights) %/% whole
  remainders <- (total * weights) %% whole
  extra <- order(-remainders, seq_along(weights))[seq_len(total - sum(parts))]
  parts[extra] <- parts[extra] + 1
  parts
}

stability <- function(effective, need, sharpness) {
  if (effective >= need) return(1)
  if (is.infinite(sharpness)) return(0)
  round((effective / need)^sharpness, 9)
}

# The tranche that the board grants: quorum of half the votes, yes above half of yes and no,
# above ordinary access at least 85 %; most yes-votes win, then the smaller, then the Fund's own.
granted <- function(rows, governments, ordinary) {
  proposals <- rows[rows$decision == "proposal", ]
  weights <- round(governments$quota_share * 1e6)
  best <- NULL
  for (i in seq_len(nrow(proposals))) {
    proposal <- proposals[i, ]
    votes <- rows[rows$decision == "vote" & rows$proposal == proposal$proposal, ]
    cast <- votes$ballot[match(governments$seat, votes$seat)]
    yes <- sum(weights[!is.na(cast) & cast == "yes"])
    no <- sum(weights[!is.na(cast) & cast == "no"])
    enough <- yes + no > 0 && yes + no >= 0.5 * sum(weights)
    majority <- if (proposal$tranche_musd > ordinary) yes >= 0.85 * (yes + no) else yes > no
    if (!enough || !majority) next
    rank <- c(-yes, proposal$tranche_musd, proposal$seat %in% governments$seat, proposal$proposal)
    first <- is.null(best) || which(rank != best$rank)[1] %in% which(rank < best$rank)
    if (first) best <- list(rank = rank, musd = proposal$tranche_musd, seat = proposal$seat)
  }
  if (is.null(best)) list(musd = 0, seat = NA) else best
}

# One round: a named vector, "seat line" -> amount.
resolve <- function(scenario, own, ties, rows, need, claims, parts) {
  governments <- own[own$role == "government", ]
  banks <- own[own$role == "bank", ]
  has <- function(rule) rule %in% strsplit(scenario$switches, " ")[[1]]
  decided <- function(kind, seat, column) {
    found <- rows[rows$decision == kind & rows$seat %in% seat, column]
    if (length(found)) found[length(found)] else NA
  }
  pledges <- sapply(governments$seat, function(seat) decided("pledge", seat, "pledge_musd"))
  q <- sapply(banks$seat, function(seat) decided("withdrawal", seat, "withdrawn_permille"))
  leaving <- if (nrow(banks)) round(q * claims / 1000) else 0
  ordinary <- floor(scenario$access_share * need + 1e-9)
  board <- granted(rows, governments, ordinary)
  released <- rows$yes[rows$decision == "tranche"]
  passed <- if (length(released) && !released[length(released)]) 0 else board$musd
  need <- need + sum(leaving)
  f <- min(passed, need)
  ifi <- min(round(scenario$ifi_share * f), need - f)
  x <- apportion(need - f - ifi, pledges)
  effective <- f + ifi + sum(x)
  S <- stability(effective, need, scenario$sharpness)

  lines <- c()
  add <- function(seat, line, amount) lines[paste(seat, line)] <<- round(amount)
  felt <- function(seat, column, of) {
    mine <- ties[ties$feels == seat & ties$partner %in% governments$seat, ]
    sum(mine[[column]] * governments[[of]][match(mine$partner, governments$seat)])
  }
  for (i in seq_len(nrow(governments))) {
    g <- governments[i, ]
    weight <- g$bank_weight * scenario$loss_given_collapse
    add(g$seat, "public", g$public_stake_musd / parts * S)
    if (has("home_stakes")) {
      add(g$seat, "home_economy", g$home_stake_musd / parts * S)
      add(g$seat, "home_banks", weight * g$bank_exposure_musd / parts * S)
    }
    if (has("links")) {
      linked <- felt(g$seat, "institutional", "bank_exposure_musd")
      add(g$seat, "link_institutional", weight * linked / parts * S)
      add(g$seat, "link_economic", felt(g$seat, "economic", "home_stake_musd") / parts * S)
    }
    if (has("private_returns")) {
      add(g$seat, "private_domestic", g$private_domestic_rate * x[i])
      add(g$seat, "private_international", g$private_international_rate * x[i])
    }
    if (scenario$leader_bonus_musd) {
      led <- !is.na(board$seat) && board$seat == g$seat && S >= 0.8
      add(g$seat, "leader_bonus", if (led) scenario$leader_bonus_musd / parts else 0)
    }
    cost <- 0
    if (x[i]) cost <- g$unit_cost * x[i] + g$cost_convexity * x[i]^2 / (2 * g$capacity_musd / parts)
    add(g$seat, "cost_bilateral", -cost)
    if (grepl("vote", scenario$phases) || f) {
      add(g$seat, "cost_imf_share", -scenario$imf_unit_cost * g$quota_share * f)
    }
  }
  for (i in seq_len(nrow(banks))) {
    b <- banks[i, ]
    staying <- (1000 - q[i]) * claims[i] / 1000
    add(b$seat, "interest", b$interest_spread * staying * S)
    add(b$seat, "loss", -b$collapse_loss * staying * (1 - S))
    add(b$seat, "exit_cost", -b$exit_cost * q[i] * claims[i] / 1000)
  }
  fund <- own[own$role == "imf", ]
  if (nrow(fund)) {
    add(fund$seat, "mandate", fund$mandate_stake_musd / parts * S)
    add(fund$seat, "resources_risk", -(fund$resources_cost + fund$resources_loss * (1 - S)) * f)
    if (nrow(banks)) {
      P <- if (sum(claims)) sum((1000 - q) * claims / 1000) / sum(claims) else 0
      add(fund$seat, "private_share", fund$private_share_stake_musd / parts * P)
    }
    catalysis <- if (f) fund$catalysis_stake_musd / parts * sum(x) / need else 0
    add(fund$seat, "catalysis", catalysis)
  }
  lines
}

compared <- 0
passed_over <- 0
wrong <- 0
for (i in seq_len(nrow(sessions))) {
  session <- sessions[i, ]
  scenario <- scenarios[scenarios$scenario_id == session$scenario_id, ]
  if (nrow(scenario) > 1 || scenario$advanced) {
    passed_over <- passed_over + 1
    next
  }
  own <- seats[seats$scenario_id == session$scenario_id, ]
  ties <- links[links$scenario_id == session$scenario_id, ]
  rows <- decisions[decisions$session == session$session & decisions$counted == 1, ]
  parts <- if (scenario$round_scale == "split") scenario$rounds else 1
  need <- round(scenario$need_musd * (1 + session$need_shock_share))
  banks <- own[own$role == "bank", ]
  for (number in unique(rows$round)) {
    part <- if (parts > 1) number else 1
    again <- resolve(
      scenario, own, ties, rows[rows$round == number, ], share_of_round(need, parts, part),
      share_of_round(banks$claims_due_musd, parts, part), parts
    )
    stored <- ledger[ledger$session == session$session & ledger$round == number, ]
    stored <- setNames(stored$amount_musd, paste(stored$seat, stored$line))
    compared <- compared + length(stored)
    if (!setequal(names(stored), names(again)) || any(stored != again[names(stored)])) {
      wrong <- wrong + 1
      cat("differs:", session$session, "round", number, "\n")
    }
  }
}
cat(compared, "ledger lines of", nrow(sessions) - passed_over, "sessions recomputed;",
    wrong, "rounds differ;", passed_over, "sessions have advanced rules\n")
if (wrong || !compared) quit(status = 1)
