using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Simulating;

/// <summary>Pods that fail on purpose.</summary>
/// <param name="Fate">What becomes of them: unschedulable, image-pull, crash or never-ready.</param>
/// <param name="Namespace">Their namespace; null for all.</param>
/// <param name="Workload">The beginning of their names; null for all.</param>
/// <param name="Revision">The revision that injected them; null for all.</param>
/// <param name="After">After how long it begins.</param>
/// <param name="For">How long it lasts; null for ever.</param>
public sealed record PodFailureSpec(string Fate, string? Namespace, string? Workload, string? Revision, TimeSpan After, TimeSpan? For)
{
    internal static Shape<PodFailureSpec> Shape { get; } = Shapes.Mapping("pod failure", "Pods that fail on purpose, until its time is over.", fields => new PodFailureSpec(
        fields.Required("fate", Shapes.Choice<string>("fate",
            new("unschedulable", "unschedulable", "no node takes them"), new("image-pull", "image-pull", "their image cannot be pulled"),
            new("crash", "crash", "they end again and again"), new("never-ready", "never-ready", "they run and are never ready")), "what becomes of them"),
        fields.Optional("namespace", Shapes.DnsLabel, "their namespace; all when absent"),
        fields.Optional("workload", Shapes.DnsLabel, "their workload; all when absent"),
        fields.Optional("revision", Shapes.DnsLabel, "the revision that injected them; all when absent"),
        fields.Optional("after", Shapes.Duration, "0s", "after how long it begins, by the fleet's clock"),
        fields.Optional("for", Shapes.Duration.OrNull(), "how long it lasts; for ever when absent")));
}

/// <summary>Requests that an API server answers badly on purpose. Exactly one of the first five says how.</summary>
/// <param name="Refuse">With this HTTP status.</param>
/// <param name="Slow">This much later.</param>
/// <param name="IsSilent">Never.</param>
/// <param name="Cut">With a connection that breaks after so many bytes.</param>
/// <param name="Expire">Of a watch: with 410 after so many events.</param>
/// <param name="RetryAfter">What a refusal says of when to come again; null for nothing.</param>
/// <param name="Verb">Which verb; null for all.</param>
/// <param name="Resource">Which resource; null for all.</param>
/// <param name="Namespace">In which namespace; null for all.</param>
/// <param name="Share">Which share of the requests, from 0 to 1.</param>
/// <param name="Times">How many; null for all.</param>
/// <param name="After">After how long it begins.</param>
/// <param name="For">How long it lasts; null for ever.</param>
public sealed record ApiFaultSpec(
    int? Refuse, TimeSpan? Slow, bool IsSilent, int? Cut, int? Expire, TimeSpan? RetryAfter, string? Verb, string? Resource, string? Namespace, double Share, int? Times, TimeSpan After, TimeSpan? For)
{
    internal static Shape<ApiFaultSpec> Shape { get; } = Shapes.Mapping("api fault", "Requests that an API server answers badly on purpose.", fields =>
    {
        var fault = new ApiFaultSpec(
            fields.Optional("refuse", Shapes.Integer(400, 599).OrNull(), "an HTTP status, such as 429 or 503"),
            fields.Optional("slow", Shapes.Duration.OrNull(), "the answer comes this much later"),
            fields.Optional("silent", Shapes.Boolean, "false", "there is no answer"),
            fields.Optional("cut", Shapes.Integer(0).OrNull(), "the connection breaks after so many bytes"),
            fields.Optional("expire", Shapes.Integer(0).OrNull(), "a watch ends with 410 after so many events"),
            fields.Optional("retryAfter", Shapes.Duration.OrNull(), "when a refusal says to come again"),
            fields.Optional("verb", Shapes.NonEmptyText, "get, list, watch, create, update, patch or delete; all when absent"),
            fields.Optional("resource", Shapes.NonEmptyText, "the plural, such as pods; all when absent"),
            fields.Optional("namespace", Shapes.DnsLabel, "the namespace; all when absent"),
            fields.Optional("share", Shapes.Percentage.OrNull(), "which share of these requests; all when absent") is { } share ? share.Fraction : 1,
            fields.Optional("times", Shapes.Integer(1).OrNull(), "how many of these requests; all when absent"),
            fields.Optional("after", Shapes.Duration, "0s", "after how long it begins, by the fleet's clock"),
            fields.Optional("for", Shapes.Duration.OrNull(), "how long it lasts; for ever when absent"));
        fields.ExactlyOneOf("refuse", "slow", "silent", "cut", "expire");
        return fault;
    });
}

/// <summary>Metrics that are otherwise for a time.</summary>
/// <param name="Change">What changes: errors, traffic, latency, memory, cpu, convergence, rejects or cardinality.</param>
/// <param name="Value">What it is then: a share for errors, a rate for rejects, else how many times as much.</param>
/// <param name="Cluster">In which cluster; null for all.</param>
/// <param name="Namespace">Of the pods of which namespace; null for all.</param>
/// <param name="Revision">Of which revision; null for all.</param>
/// <param name="After">After how long it begins.</param>
/// <param name="For">How long it lasts; null for ever.</param>
public sealed record MetricSpec(string Change, double Value, string? Cluster, string? Namespace, string? Revision, TimeSpan After, TimeSpan? For)
{
    internal static Shape<MetricSpec> Shape { get; } = Shapes.Mapping("metric change", "Metrics that are otherwise for a time, for gates to see.", fields => new MetricSpec(
        fields.Required("change", Shapes.Choice<string>("metric",
            new("errors", "errors", "the share of requests that are answered 503"), new("traffic", "traffic", "how many times as many requests"),
            new("latency", "latency", "how many times as long they take"), new("memory", "memory", "how many times as much memory istiod uses"),
            new("cpu", "cpu", "how many times as much CPU istiod uses"), new("convergence", "convergence", "how many times as long a push takes"),
            new("rejects", "rejects", "how many pushes proxies reject, per second and istiod"), new("cardinality", "cardinality", "how many times as many series there are")), "what changes"),
        fields.Required("value", Shapes.Limit.OrNull(), "what it is then, such as 5% or 1.5") is { } limit ? limit.Value : 0,
        fields.Optional("cluster", Shapes.DnsLabel, "in which cluster; all when absent"),
        fields.Optional("namespace", Shapes.DnsLabel, "of the pods of which namespace; all when absent"),
        fields.Optional("revision", Shapes.DnsLabel, "of which revision; all when absent"),
        fields.Optional("after", Shapes.Duration, "0s", "after how long it begins, by the fleet's clock"),
        fields.Optional("for", Shapes.Duration.OrNull(), "how long it lasts; for ever when absent")));
}
