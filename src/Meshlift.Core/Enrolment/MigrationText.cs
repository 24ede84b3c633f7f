using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Injection;

namespace Meshlift.Core.Enrolment;

/// <summary>What a pull request tells its owner. The same change has the same text, whenever it is made.</summary>
public sealed class MigrationText
{
    // A pull request may have 65,536 characters on GitHub, and nobody reads as many rows.
    private const int MostRows = 100;

    private readonly ProposedChange _change;
    private readonly string? _wave;
    private readonly string _target;
    private readonly DataPlaneSpec _dataPlane;
    private readonly bool _isOfPods;

    internal MigrationText(ProposedChange change, string? wave, string target, DataPlaneSpec dataPlane, bool isOfPods) =>
        (_change, _wave, _target, _dataPlane, _isOfPods) = (change, wave, target, dataPlane, isOfPods);

    /// <summary>The title; one line.</summary>
    public string Title => $"Move {(_isOfPods ? "workloads of " : "")}{Names(_change.Namespaces)} to Istio {_target}";

    /// <summary>The text, in Markdown.</summary>
    public string Body
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"Moves {(_isOfPods ? "workloads of " : "")}{string.Join(", ", _change.Namespaces.Select(Code))} to the Istio control plane {Code(_target)}{(_wave is null ? "" : $" (wave {Code(_wave)})")}.\n");
            if (_isOfPods) text.Append("\nThe label is changed in pod templates, so merging this restarts these workloads.\n");
            foreach (var forecast in _change.Forecasts) Append(text, forecast);
            text.Append(CultureInfo.InvariantCulture, $"\n## How to verify\n\nAfter the restart, {Code($"istio.io/rev: {Revision()}")} is an annotation of every pod in the table:\n\n");
            foreach (var name in _change.Namespaces) text.Append(CultureInfo.InvariantCulture, $"    kubectl get pods --namespace {name} -o 'custom-columns=POD:.metadata.name,REVISION:.metadata.annotations.istio\\.io/rev'\n");
            text.Append("\n## How to go back\n\nRevert this pull request");
            text.Append(_isOfPods ? "; the workloads restart with their former proxies.\n" : ", then restart what was restarted. Until a pod is made again it keeps the proxy that it has.\n");
            text.Append("\n## Until when\n\n");
            text.Append(_dataPlane.Deadline is { } deadline
                ? $"Please merge within {Duration.Format(deadline)} of the opening of this pull request. The former control plane stays until then.\n"
                : "There is no deadline. The former control plane stays as long as something asks for it.\n");
            return text.ToString();
        }
    }

    /// <summary>Writes what happens in some clusters.</summary>
    internal static void Append(StringBuilder text, ClusterForecast forecast)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## What happens in {string.Join(", ", forecast.Clusters)}\n\n");
        var changing = forecast.Rows.Where(row => row.When != ChangeTime.Never).ToList();
        if (forecast.Rows.IsEmpty) text.Append("No workload of these namespaces stands in the repositories that were read, so what happens to their pods is not known.\n");
        else text.Append(CultureInfo.InvariantCulture, $"{Summary(forecast.Rows)}\n");
        if (changing.Exists(row => row.When == ChangeTime.AtOnce && row.Subject.IsGateway))
            text.Append("\n**Gateways in these namespaces are rolled as soon as this is merged**, without any restart; connections through them are cut. Give a Gateway a label `istio.io/rev` of its own to move it at another time.\n");
        if (changing.Count == 0) return;
        text.Append("\n| workload | now | then | when |\n|---|---|---|---|\n");
        foreach (var row in changing.Take(MostRows))
            text.Append(CultureInfo.InvariantCulture, $"| {Code($"{row.Subject.Pod.Namespace}/{row.Subject.Identity.Kind.ToLowerInvariant()}/{row.Subject.Identity.Name}")} | {Short(row.Before)} | {Short(row.After)} | {When(row.When)} |\n");
        if (changing.Count > MostRows) text.Append(CultureInfo.InvariantCulture, $"\nand {changing.Count - MostRows} more\n");
    }

    /// <summary>What happens, in a sentence: <c>3 workloads with 14 pods go to 1-30-3 at their next restart; 2 workloads stay as they are</c>.</summary>
    public static string Summary(ImmutableArray<ForecastRow> rows)
    {
        var parts = rows.Where(row => row.When != ChangeTime.Never).GroupBy(row => (Short(row.After), row.When)).OrderBy(group => group.Key.When).ThenBy(group => group.Key.Item1, StringComparer.Ordinal)
            .Select(group => $"{Pods(group)} to {group.Key.Item1} {When(group.Key.When)}").ToList();
        var stay = rows.Count(row => row.When == ChangeTime.Never);
        if (stay > 0) parts.Add($"{Counted.Of(stay, "workload stays", "workloads stay")} as {(stay == 1 ? "it is" : "they are")}");
        return string.Join("; ", parts);
    }

    /// <summary>A verdict in a word.</summary>
    public static string Short(InjectionVerdict? verdict) => verdict switch
    {
        null => "-",
        { Outcome: InjectionOutcome.None, IsAmbient: true } => "ztunnel",
        { Outcome: InjectionOutcome.None } => "no proxy",
        { Outcome: InjectionOutcome.Refused } => "cannot be created",
        { Outcome: InjectionOutcome.Contested } => $"contested ({verdict.Revision})",
        { Outcome: InjectionOutcome.Injected, Revision: { } revision } => revision,
        _ => "unknown",
    };

    private string Revision() => _change.Forecasts.SelectMany(one => one.Rows).Where(row => row.When != ChangeTime.Never).Select(row => row.After?.Revision).OfType<string>().FirstOrDefault() ?? _target;

    private static string Pods(IEnumerable<ForecastRow> rows)
    {
        var list = rows.ToList();
        var pods = list.Sum(row => row.Subject.Replicas ?? 0);
        var gateways = list.Count(row => row.Subject.IsGateway);
        if (gateways == list.Count) return $"{Counted.Of(gateways, "gateway goes", "gateways go")}";
        var atLeast = list.Exists(row => row.Subject.Replicas is null) ? "at least " : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(list.Count, "workload")} with {atLeast}{pods} {(pods == 1 ? "pod" : "pods")} {(list.Count == 1 ? "goes" : "go")}");
    }

    private static string When(ChangeTime when) => when switch
    {
        ChangeTime.AtOnce => "at once",
        ChangeTime.NextRun => "with the next run",
        _ => "at the next restart",
    };

    private static string Names(ImmutableArray<string> names) => names.Length <= 3 ? string.Join(", ", names) : $"{names[0]}, {names[1]} and {names.Length - 2} more namespaces";

    // Names come from files of others.
    private static string Code(string text) => $"`{text.Replace('`', '\'').Replace('|', '/').ReplaceLineEndings(" ")}`";
}
