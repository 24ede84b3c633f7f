using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine.Commands;
using Meshlift.Core.Findings;
using Meshlift.Core.Injection;
using Meshlift.Core.Manifests;
using Meshlift.Engine.Explaining;

namespace Meshlift.CommandLine.Output;

/// <summary>Prints who injects what.</summary>
/// <param name="output">Where to.</param>
internal sealed class ExplainOutput(TextWriter output)
{
    /// <summary>Prints the answers.</summary>
    /// <param name="format">For whom.</param>
    /// <param name="result">The answers.</param>
    /// <param name="showsWebhooks">True to print what each webhook says.</param>
    public void Write(OutputFormat format, ExplainResult result, bool showsWebhooks)
    {
        if (format == OutputFormat.Json)
        {
            output.WriteLine(Json(result));
            return;
        }
        var table = result.IsForecast ? new TextTable("NAMESPACE", "WORKLOAD", "BEFORE", "AFTER", "WHEN", "REASON") : new TextTable("NAMESPACE", "WORKLOAD", "REVISION", "REASON");
        foreach (var row in result.Rows)
            if (result.IsForecast) table.Add(row.Subject.Pod.Namespace, NameOf(row), Short(row.Before), Short(row.After), When(row), ReasonOf(row));
            else table.Add(row.Subject.Pod.Namespace, NameOf(row), Short(row.After), ReasonOf(row));
        table.Write(output);
        foreach (var row in result.Rows) WriteDetails(row, showsWebhooks);
        if (result.Rows.IsEmpty) output.WriteLine("no workload in these manifests");
        else WriteLine(result.IsForecast ? Moves(result.Rows) : Standing(result.Rows));
    }

    private void WriteDetails(ForecastRow row, bool showsWebhooks)
    {
        var verdict = row.After;
        if (verdict is null || (verdict.Notes.IsEmpty && !showsWebhooks)) return;
        WriteLine($"{row.Subject.Pod.Namespace}/{NameOf(row)}");
        foreach (var note in verdict.Notes) WriteLine($"  note: {note}");
        if (!showsWebhooks) return;
        if (verdict.Image is { } image) WriteLine($"  image: {image.Image}");
        foreach (var trial in verdict.Trials) WriteLine($"  {trial}");
    }

    private static string NameOf(ForecastRow row) => $"{row.Subject.Identity.Kind.ToLowerInvariant()}/{row.Subject.Identity.Name}";

    private static string ReasonOf(ForecastRow row) => row.After is null ? "it is removed" : row.After.Reason;

    /// <summary>A verdict in a word.</summary>
    public static string Short(InjectionVerdict? verdict) => verdict switch
    {
        null => "-",
        { Outcome: InjectionOutcome.None, IsAmbient: true } => "ztunnel",
        { Outcome: InjectionOutcome.None } => "none",
        { Outcome: InjectionOutcome.Refused } => "refused",
        { Outcome: InjectionOutcome.Unknown } => "unknown",
        { Outcome: InjectionOutcome.Contested } => $"contested ({verdict.Revision})",
        _ => verdict.Revision ?? "unknown",
    };

    private static string When(ForecastRow row) => row.When switch
    {
        ChangeTime.AtOnce => "at once",
        ChangeTime.NextRestart => "at its next restart",
        ChangeTime.NextRun => "with its next run",
        _ => "no change",
    };

    private static string Standing(ImmutableArray<ForecastRow> rows) =>
        string.Join("; ", rows.GroupBy(row => Short(row.After), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key}: {Pods(group)}"));

    /// <summary>"3 workloads with 14 pods change to 1-30-3 at their next restart; ..."</summary>
    private static string Moves(ImmutableArray<ForecastRow> rows)
    {
        var moved = rows.Where(row => row.When != ChangeTime.Never).GroupBy(row => (Short(row.After), row.When)).OrderBy(group => group.Key.When).ThenBy(group => group.Key.Item1, StringComparer.Ordinal)
            .Select(group => $"{Pods(group)} {(group.Key.Item1 == "-" ? "go" : $"to {group.Key.Item1}")} {Plural(group.Key.When)}").ToList();
        var stays = rows.Count(row => row.When == ChangeTime.Never);
        if (stays > 0) moved.Add($"{Counted.Of(stays, "workload")} unchanged");
        return string.Join("; ", moved);
    }

    private static string Plural(ChangeTime when) => when switch
    {
        ChangeTime.AtOnce => "at once",
        ChangeTime.NextRun => "with the next run",
        _ => "at the next restart",
    };

    private static string Pods(IEnumerable<ForecastRow> rows)
    {
        var (workloads, pods, isExact) = (0, 0L, true);
        foreach (var row in rows)
        {
            workloads++;
            pods += row.Subject.Replicas ?? 0;
            isExact &= row.Subject.Replicas is not null;
        }
        return $"{Counted.Of(workloads, "workload")} {(isExact ? $"with {Counted.Of((int)Math.Min(pods, int.MaxValue), "pod")}" : pods == 0 ? "with any number of pods" : $"with at least {Counted.Of((int)Math.Min(pods, int.MaxValue), "pod")}")}";
    }

    private void WriteLine(string text) => output.WriteLine(Redaction.WithoutControls(text));

    private static string Json(ExplainResult result) => JsonText.OfObject(json =>
    {
        json.WriteStartArray("workloads");
        foreach (var row in result.Rows)
        {
            json.WriteStartObject();
            Write(json, row.Subject.Identity);
            json.WriteString("origin", row.Subject.Origin);
            if (row.Subject.Replicas is { } replicas) json.WriteNumber("replicas", replicas);
            else json.WriteNull("replicas");
            if (result.IsForecast)
            {
                Write(json, "before", row.Before);
                json.WriteString("when", row.When.ToString() is var when ? char.ToLowerInvariant(when[0]) + when[1..] : null);
            }
            Write(json, "after", row.After);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("unread");
        foreach (var problem in result.Unread) json.WriteStringValue(problem.Message);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, ResourceIdentity identity)
    {
        json.WriteString("group", identity.Group);
        json.WriteString("kind", identity.Kind);
        json.WriteString("namespace", identity.Namespace);
        json.WriteString("name", identity.Name);
    }

    /// <summary>Writes a verdict as a member.</summary>
    public static void Write(Utf8JsonWriter json, string name, InjectionVerdict? verdict)
    {
        if (verdict is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteString("outcome", verdict.Outcome.ToString().ToLowerInvariant());
        json.WriteString("revision", verdict.Revision);
        json.WriteString("tag", verdict.Tag);
        json.WriteString("image", verdict.Image?.Image);
        json.WriteBoolean("ambient", verdict.IsAmbient);
        json.WriteString("reason", verdict.Reason);
        json.WriteStartArray("notes");
        foreach (var note in verdict.Notes) json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteStartArray("webhooks");
        foreach (var trial in verdict.Trials)
        {
            json.WriteStartObject();
            json.WriteString("configuration", trial.Webhook.Configuration);
            json.WriteString("name", trial.Webhook.Name);
            json.WriteBoolean("answers", trial.Answers);
            json.WriteString("unmet", trial.Unmet?.ToString());
            json.WriteString("of", trial.Unmet is null ? null : trial.IsOfNamespace ? "namespace" : "pod");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
