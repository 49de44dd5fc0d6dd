/** Where a session is: crisis, round, phase and the phases of a round. Public. */
import { html } from "../core/html.js";
import { t } from "../core/texts.js";

/** "Round 2 of 3: pledge", with the crisis where there are several. */
export function whereWords({ clock, scenario }) {
  if (clock.ending) return t("over");
  const round = scenario.rounds ? t("round.of", { n: clock.round, of: scenario.rounds }) : t("round.n", { n: clock.round });
  const several = scenario.advanced?.crises > 1;
  const crisis = several ? `${t("crisis.of", { n: clock.crisis, of: scenario.advanced.crises })} · ` : "";
  return `${crisis}${round}: ${t(`phase.${clock.phase}`)}`;
}

/** The phases of a round, with the one that is on. */
export function phaseSteps(view) {
  if (view.clock.ending) return "";
  const { phases } = view.scenario;
  const at = phases.indexOf(view.clock.phase);
  return html`<ol class="steps" aria-label="${t("steps")}">
    ${phases.map((phase, number) => html`<li class="${number < at ? "past" : number === at ? "now" : ""}" ${number === at ? html`aria-current="step"` : ""}>${t(`phase.${phase}`)}</li>`)}
  </ol>`;
}
