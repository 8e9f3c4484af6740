// A dashboard as Grafana's own types describe it, with the options of each kind of panel that is used here, which Grafana
// leaves open in the dashboard's type, and with Prometheus's queries. The links on values are those of the second type: the
// first names the links of a dashboard in their place.
import type * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import type { Dashboard, FieldConfig, FieldConfigSource, Panel, RowPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { DataLink } from "@grafana/grafana-foundation-sdk/dashboardv2";
import type * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import type * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import type * as stat from "@grafana/grafana-foundation-sdk/stat";
import type * as table from "@grafana/grafana-foundation-sdk/table";
import type * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";

type Query = Omit<prometheus.Dataquery, "_implementsDataqueryVariant">;

interface PanelOf<Type extends string, Options, Custom> extends Omit<Panel, "type" | "targets" | "options" | "fieldConfig"> {
  type: Type;
  targets: Query[];
  options: Options;
  fieldConfig: Omit<FieldConfigSource, "defaults"> & { defaults: Omit<FieldConfig, "custom" | "links"> & { custom?: Custom; links?: DataLink[] } };
}

/** By the type of a panel; the dashboard itself without them. */
export interface Types {
  dashboard: Omit<Dashboard, "panels">;
  row: Omit<RowPanel, "panels"> & { panels: never[] };
  timeseries: PanelOf<"timeseries", timeseries.Options, timeseries.FieldConfig>;
  stat: PanelOf<"stat", stat.Options, never>;
  bargauge: PanelOf<"bargauge", bargauge.Options, never>;
  table: PanelOf<"table", table.Options, table.FieldConfig>;
  heatmap: PanelOf<"heatmap", heatmap.Options, heatmap.FieldConfig>;
}
