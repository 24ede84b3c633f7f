using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>What happens when a gate fails while a wave moves.</summary>
public enum GateFailure
{
    /// <summary>The wave stops where it is.</summary>
    Hold,
    /// <summary>The wave's changes are reverted by new commits.</summary>
    Rollback,
}

/// <summary>A condition on a metric that must hold before the next step.</summary>
/// <param name="Name">A DNS label; unique.</param>
/// <param name="Query">A query of the product's own, as <c>builtin/NAME</c>, or PromQL that gives one value.</param>
/// <param name="Max">The value may not be above it; null for no bound.</param>
/// <param name="Min">The value may not be below it; null for no bound.</param>
/// <param name="MaxIncrease">By how much the value may have grown since before the upgrade; null for no bound.</param>
/// <param name="OnFailure">What happens when it fails while a wave moves.</param>
public sealed record GateSpec(string Name, string Query, Limit? Max, Limit? Min, Percentage? MaxIncrease, GateFailure OnFailure)
{
    internal static Shape<GateSpec> Shape { get; } = Shapes.Mapping("gate",
        "A condition on a metric that must hold before the next step. A query without an answer holds the upgrade.", fields =>
    {
        var gate = new GateSpec(
            fields.Required("name", Shapes.DnsLabel, "the name of the gate; unique"),
            fields.Required("query", QueryShape, "what is measured"),
            fields.Optional("max", Shapes.Limit.OrNull(), "the value may not be above it"),
            fields.Optional("min", Shapes.Limit.OrNull(), "the value may not be below it"),
            fields.Optional("maxIncrease", Shapes.Percentage.OrNull(), "by how much the value may have grown since before the upgrade"),
            fields.Optional("onFailure", Shapes.Choice<GateFailure>("gate failure",
                new("hold", GateFailure.Hold, "the wave stops where it is"),
                new("rollback", GateFailure.Rollback, "the wave's changes are reverted by new commits")), "hold", "what happens when it fails while a wave moves"));
        fields.AtLeastOneOf("max", "min", "maxIncrease");
        fields.Check(refuse =>
        {
            if (gate.Max is { } max && gate.Min is { } min && min.Value > max.Value) refuse("min", $"nothing is at least {min} and at most {max}; swap the two");
        });
        return gate;
    });

    private static TextShape<string> QueryShape => new("query", ParseQuery, @"\S",
        "A query of Meshlift's own, `builtin/` and its name, or PromQL that gives one value.", ["builtin/503-rate",
            "sum(rate(istio_requests_total{response_code=\"503\"}[5m]))"]);

    private static string ParseQuery(string text)
    {
        const string own = "builtin/";
        if (text.AsSpan().Trim().IsEmpty) throw new UserException(ErrorKind.Input, "the query is empty", "write PromQL, or for example builtin/503-rate");
        if (text.StartsWith(own, StringComparison.Ordinal) && !KubernetesSyntax.IsDnsLabel(text[own.Length..]))
            throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not the name of a built-in query", "write for example builtin/503-rate");
        return text;
    }
}

/// <summary>Where metrics are asked for.</summary>
/// <param name="Url">The address of Prometheus or of what speaks its query API; http or https.</param>
public sealed record PrometheusSpec(Uri Url)
{
    internal static Shape<PrometheusSpec> Shape { get; } = Shapes.Mapping("prometheus", "Where metrics are asked for.", fields => new PrometheusSpec(
        fields.Required("url", Shapes.Url("HTTP address", ["http",
            "https"], "http://prometheus.monitoring:9090"), "the address of Prometheus, or of what speaks its query API")));
}
