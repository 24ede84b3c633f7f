using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Errors;

/// <summary>One cause of a refusal, as in <c>details.causes</c> of a Status.</summary>
/// <param name="Reason">Such as <c>FieldValueRequired</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Field">Such as <c>spec.replicas</c>; empty for none.</param>
public sealed record ApiCause(string Reason, string Message, string Field);

/// <summary>An answer other than success, in the shape of the Kubernetes API: a <c>Status</c> object.</summary>
/// <param name="code">The HTTP status.</param>
/// <param name="reason">Such as <c>NotFound</c>; empty where the API gives none.</param>
/// <param name="message">For people.</param>
public sealed class ApiException(int code, string reason, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Code { get; } = code;

    /// <summary>Such as <c>NotFound</c>; empty where the API gives none.</summary>
    public string Reason { get; } = reason;

    /// <summary>The resource it is about; null for none.</summary>
    public ResourceKey? About { get; init; }

    /// <summary>The kind in <c>details.kind</c>, where that is not the plural.</summary>
    public string? AboutKind { get; init; }

    /// <summary>The name of the object; empty for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The uid of the object; empty for none.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The causes; empty for none.</summary>
    public IReadOnlyList<ApiCause> Causes { get; init; } = [];

    /// <summary>After how many seconds to come again; null when nothing is said.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Where a list that is too old can go on, at the price of consistency; empty for nowhere.</summary>
    public string Continue { get; init; } = "";

    /// <summary>The object that is sent.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = Continue.Length == 0 ? new JsonObject() : new JsonObject { ["continue"] = Continue }, ["status"] = "Failure", ["message"] = Message };
        if (Reason.Length > 0) status["reason"] = Reason;
        var details = new JsonObject();
        if (Name.Length > 0) details["name"] = Name;
        if (About is { Group.Length: > 0 } key) details["group"] = key.Group;
        if ((AboutKind ?? About?.Plural) is { } kind) details["kind"] = kind;
        if (Uid.Length > 0) details["uid"] = Uid;
        if (Causes.Count > 0)
            details["causes"] = new JsonArray([.. Causes.Select(cause =>
            {
                var item = new JsonObject();
                if (cause.Reason.Length > 0) item["reason"] = cause.Reason;
                if (cause.Message.Length > 0) item["message"] = cause.Message;
                if (cause.Field.Length > 0) item["field"] = cause.Field;
                return item;
            })]);
        if (RetryAfterSeconds is { } seconds) details["retryAfterSeconds"] = seconds;
        if (details.Count > 0) status["details"] = details;
        status["code"] = Code;
        return status;
    }
}
