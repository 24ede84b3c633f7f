using Meshlift.Simulator.Clusters.Access;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Objects;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>A request for a resource, taken apart.</summary>
internal sealed class ApiRequest(SimulatedCluster cluster, HttpContext http, ApiUser user, ApiPath path)
{
    public SimulatedCluster Cluster { get; } = cluster;

    public HttpContext Http { get; } = http;

    public ApiUser User { get; } = user;

    public ApiPath Path { get; } = path;

    /// <summary>Warnings for the header of the answer.</summary>
    public List<string> Warnings { get; } = [];

    public CancellationToken Gone => Http.RequestAborted;

    /// <summary>The verb, as roles and faults name it.</summary>
    /// <exception cref="ApiException">405: the method is not known at that path.</exception>
    public string Verb { get; } = VerbOf(http.Request, path);

    public string Query(string name) => Http.Request.Query[name].ToString();

    public string Accept => Http.Request.Headers.Accept.ToString();

    /// <summary>How the request wants to write.</summary>
    /// <exception cref="ApiException">400 or 422: an option is not known.</exception>
    public WriteOptions WriteOptions() => new()
    {
        Manager = Manager(),
        Subresource = Path.Subresource,
        IsDryRun = IsDryRun(Http.Request.Query["dryRun"].ToString()),
        Force = Query("force") is "true" or "1",
        FieldValidation = Query("fieldValidation") switch
        {
            "Strict" => FieldValidation.Strict,
            "" or "Warn" => FieldValidation.Warn,
            "Ignore" => FieldValidation.Ignore,
            var other => throw Unsupported("fieldValidation", other, "\"\", \"Ignore\", \"Strict\", \"Warn\""),
        },
        Warnings = Warnings,
        User = User.Name,
    };

    public static bool IsDryRun(string dryRun) => dryRun switch
    {
        "" => false,
        "All" => true,
        _ => throw Unsupported("dryRun", dryRun, "\"All\""),
    };

    private static ApiException Unsupported(string field, string value, string known) => new(
        422, "Invalid", $"PatchOptions.meta.k8s.io \"\" is invalid: {field}: Unsupported value: \"{value}\": supported values: {known}")
    {
        About = new Types.ResourceKey("meta.k8s.io", "PatchOptions"), Causes = [new("FieldValueNotSupported", $"Unsupported value: \"{value}\": supported values: {known}", field)],
    };

    /// <summary>Who does not say who manages is known by the program that it says it is.</summary>
    private string Manager()
    {
        if (Query("fieldManager") is { Length: > 0 } manager) return manager;
        var agent = Http.Request.Headers.UserAgent.ToString().Split('/')[0];
        return agent.Length == 0 ? "unknown" : agent.Length > 128 ? agent[..128] : agent;
    }

    private static string VerbOf(HttpRequest request, ApiPath path)
    {
        var isCollection = path.Name.Length == 0;
        var verb = request.Method switch
        {
            "GET" or "HEAD" => request.Query["watch"].ToString() is "true" or "1" ? "watch" : isCollection ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => isCollection ? "deletecollection" : "delete",
            _ => throw ApiErrors.MethodNotAllowed(),
        };
        var known = path.Subresource.Length > 0 ? Subresources.Verbs(path.Subresource).Contains(verb, StringComparer.Ordinal)
            : path.Type.IsReview ? verb == "create"
            : isCollection == verb is "list" or "watch" or "create" or "deletecollection" || (verb == "watch" && !isCollection);
        return known ? verb : throw ApiErrors.MethodNotAllowed();
    }
}
