using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Core.Selecting;
using Meshlift.Simulator.Prometheus.Query;
using Meshlift.Simulator.Prometheus.Series;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Meshlift.Simulator.Prometheus;

/// <summary>The HTTP API of Prometheus, as much of it as clients of queries use (prometheus.io/docs, "HTTP API").</summary>
internal sealed class PrometheusApi(FleetSeries series, TimeProvider clock)
{
    private const int MostSteps = 11_000;

    public async Task AnswerAsync(HttpContext http)
    {
        JsonNode body;
        try
        {
            var parameters = await ParametersAsync(http.Request);
            body = new JsonObject { ["status"] = "success", ["data"] = Answer(http.Request.Path.Value ?? "", parameters) };
        }
        catch (QueryException e)
        {
            http.Response.StatusCode = e.IsExecution ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status400BadRequest;
            body = new JsonObject { ["status"] = "error", ["errorType"] = e.IsExecution ? "execution" : "bad_data", ["error"] = e.Message };
        }
        catch (KeyNotFoundException)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsync("404 page not found\n");
            return;
        }
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body));
    }

    private JsonNode Answer(string path, Dictionary<string, StringValues> parameters)
    {
        lock (series.Gate)
        {
            const string label = "/api/v1/label/";
            if (path.StartsWith(label, StringComparison.Ordinal) && path.EndsWith("/values", StringComparison.Ordinal)) return Texts(Found(parameters).Select(found => found[path[label.Length..^"/values".Length]]).OfType<string>());
            return path switch
            {
                "/api/v1/query" => Instant(parameters),
                "/api/v1/query_range" => OverTime(parameters),
                "/api/v1/series" => parameters.ContainsKey("match[]") ? new JsonArray([.. Found(parameters).Select(Metric)]) : throw new QueryException("no match[] parameter provided"),
                "/api/v1/labels" => Texts(Found(parameters).SelectMany(found => found.Pairs.Select(pair => pair.Key))),
                "/api/v1/status/buildinfo" => new JsonObject { ["version"] = "3.5.0", ["revision"] = "simulated", ["branch"] = "", ["buildUser"] = "", ["buildDate"] = "", ["goVersion"] = "" },
                _ => throw new KeyNotFoundException(path),
            };
        }
    }

    private JsonObject Instant(Dictionary<string, StringValues> parameters)
    {
        var expression = Parser.Parse(Required(parameters, "query"));
        var time = Time(parameters, "time") ?? Now;
        var evaluator = new Evaluator(series);
        if (expression is Expression.Selector { Range: not null } range)
            return Result("matrix", evaluator.Range(range, time).Select(one => (one.Labels, Samples: one.Samples.ToList())).Where(one => one.Samples.Count > 0).Select(one => Line(one.Labels, one.Samples)));
        return evaluator.At(expression, time) switch
        {
            Query.Answer.Scalar scalar => new JsonObject { ["resultType"] = "scalar", ["result"] = Point(time, scalar.Value) },
            var answer => Result("vector", answer.AsVector("query").Select(sample => new JsonObject { ["metric"] = Metric(sample.Labels), ["value"] = Point(time, sample.Value) })),
        };
    }

    private JsonObject OverTime(Dictionary<string, StringValues> parameters)
    {
        var expression = Parser.Parse(Required(parameters, "query"));
        var start = Time(parameters, "start") ?? throw Invalid("start", "");
        var end = Time(parameters, "end") ?? throw Invalid("end", "");
        var text = Required(parameters, "step");
        var step = Durations.Parse(text)?.TotalSeconds ?? (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : throw Invalid("step", text));
        if (end < start) throw new QueryException("invalid parameter \"end\": end timestamp must not be before start time");
        if (!(step > 0)) throw new QueryException("invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer");
        if ((end - start) / step > MostSteps) throw new QueryException("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        var evaluator = new Evaluator(series);
        var lines = new Dictionary<Labels, List<(double, double)>>(LabelsEquality.Instance);
        for (var i = 0; start + (i * step) <= end; i++)
        {
            var time = start + (i * step);
            foreach (var sample in evaluator.At(expression, time) switch { Query.Answer.Scalar scalar => [new Sample(Labels.None, scalar.Value)], var answer => answer.AsVector("query") })
            {
                if (!lines.TryGetValue(sample.Labels, out var line)) lines[sample.Labels] = line = [];
                line.Add((time, sample.Value));
            }
        }
        return Result("matrix", lines.Select(line => Line(line.Key, line.Value)));
    }

    private double Now => MetricPlan.Seconds(clock.GetUtcNow());

    /// <summary>The labels of the series that <c>match[]</c> chooses, of all without one, that are there between <c>start</c> and <c>end</c>.</summary>
    private IEnumerable<Labels> Found(Dictionary<string, StringValues> parameters)
    {
        var (start, end) = (Time(parameters, "start") ?? Now - (5 * 60), Time(parameters, "end") ?? Now);
        IEnumerable<Expression.Selector> selectors = parameters.TryGetValue("match[]", out var matches)
            ? matches.Select(text => Parser.Parse(text ?? "") as Expression.Selector ?? throw Invalid("match[]", text ?? ""))
            : [new Expression.Selector("", [], null, TimeSpan.Zero)];
        return selectors.SelectMany(series.Select).Where(one => one.Ends(start, end) is not null).Select(one => one.Labels).Distinct(LabelsEquality.Instance);
    }

    private static async Task<Dictionary<string, StringValues>> ParametersAsync(HttpRequest request)
    {
        var parameters = request.Query.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        if (HttpMethods.IsPost(request.Method) && request.HasFormContentType)
            foreach (var (key, value) in await request.ReadFormAsync(request.HttpContext.RequestAborted)) parameters[key] = value;
        return parameters;
    }

    private static string Required(Dictionary<string, StringValues> parameters, string name) => parameters.TryGetValue(name, out var value) ? value.ToString() : name == "query" ? "" : throw Invalid(name, "");

    private static double? Time(Dictionary<string, StringValues> parameters, string name)
    {
        if (!parameters.TryGetValue(name, out var text) || text.ToString().Length == 0) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds)) return seconds;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? MetricPlan.Seconds(time) : throw Invalid(name, text.ToString());
    }

    private static QueryException Invalid(string parameter, string text) => new($"invalid parameter \"{parameter}\": cannot parse \"{text}\"");

    private static JsonObject Result(string type, IEnumerable<JsonObject> results) => new() { ["resultType"] = type, ["result"] = new JsonArray([.. results]) };

    private static JsonObject Line(Labels labels, IEnumerable<(double Time, double Value)> samples) => new() { ["metric"] = Metric(labels), ["values"] = new JsonArray([.. samples.Select(sample => Point(sample.Time, sample.Value))]) };

    private static JsonArray Point(double time, double value) => new(Math.Round(time, 3), Number(value));

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString(CultureInfo.InvariantCulture);

    private static JsonNode Metric(Labels labels)
    {
        var metric = new JsonObject();
        foreach (var (key, value) in labels.Pairs) metric[key] = value;
        return metric;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(text => JsonValue.Create(text))]);
}
