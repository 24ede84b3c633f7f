using System.Globalization;
using System.Text.Json;
using Meshlift.CommandLine.Commands;
using Meshlift.Core.Simulating;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Fleets;

namespace Meshlift.CommandLine.Output;

/// <summary>Tells where a simulated fleet is to be found.</summary>
internal static class SimulateOutput
{
    public static void Write(TextWriter output, OutputFormat format, FleetSpec spec, SimulatedFleet fleet, string kubeconfig, Uri prometheus)
    {
        if (format == OutputFormat.Json)
        {
            output.WriteLine(JsonText.LineOf(json => Write(json, spec, fleet, kubeconfig, prometheus)));
        }
        else
        {
            var table = new TextTable("CLUSTER", "NODES", "NAMESPACES", "WORKLOADS", "PODS", "ISTIO");
            foreach (var (cluster, declared) in fleet.Clusters.Zip(spec.Clusters))
                table.Add(declared.Name, Text(Count(cluster, "v1", "Node")), Text(Count(cluster, "v1", "Namespace")), Text(Workloads(cluster)), Text(Count(cluster, "v1", "Pod")), Revisions(cluster));
            table.Write(output);
            output.WriteLine();
            output.WriteLine($"export KUBECONFIG={kubeconfig}");
            output.WriteLine($"Prometheus: {prometheus}");
            output.WriteLine(spec.Speed == 1 ? "Time runs as it does here. Ctrl-C ends the fleet." : string.Create(CultureInfo.InvariantCulture, $"Time runs {spec.Speed} times as fast as here. Ctrl-C ends the fleet."));
        }
        output.Flush();
    }

    private static void Write(Utf8JsonWriter json, FleetSpec spec, SimulatedFleet fleet, string kubeconfig, Uri prometheus)
    {
        json.WriteString("kubeconfig", kubeconfig);
        json.WriteString("prometheus", prometheus.ToString());
        json.WriteNumber("speed", spec.Speed);
        json.WriteStartArray("clusters");
        foreach (var cluster in fleet.Clusters)
        {
            json.WriteStartObject();
            json.WriteString("name", cluster.Settings.Name);
            json.WriteString("context", cluster.Settings.Name);
            json.WriteString("kubernetes", cluster.Settings.KubernetesVersion);
            json.WriteNumber("nodes", Count(cluster, "v1", "Node"));
            json.WriteNumber("namespaces", Count(cluster, "v1", "Namespace"));
            json.WriteNumber("workloads", Workloads(cluster));
            json.WriteNumber("pods", Count(cluster, "v1", "Pod"));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static int Workloads(SimulatedCluster cluster) => Count(cluster, "apps/v1", "Deployment") + Count(cluster, "apps/v1", "StatefulSet") + Count(cluster, "apps/v1", "DaemonSet") + Count(cluster, "batch/v1", "CronJob");

    private static int Count(SimulatedCluster cluster, string version, string kind) => cluster.Store.Read(cluster.Type(version, kind).Key).Items.Count;

    private static string Revisions(SimulatedCluster cluster) =>
        string.Join(", ", cluster.Store.Read(cluster.Type("apps/v1", "Deployment").Key).Items.Where(item => item.Label("app") == "istiod").Select(item => item.Label("istio.io/rev") ?? "default").Order(StringComparer.Ordinal));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
