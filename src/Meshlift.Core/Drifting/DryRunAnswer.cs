using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Drifting;

/// <summary>What it means that an API server did not carry a dry run out.</summary>
public enum DryRunAnswer
{
    /// <summary>The object itself cannot be applied as Git has it.</summary>
    Refused,
    /// <summary>The user may not apply objects of this kind, not even in a dry run.</summary>
    Forbidden,
    /// <summary>Something else than the object keeps it from being tried, such as a webhook that knows no dry runs.</summary>
    Untried,
}

/// <summary>Reads answers to dry runs.</summary>
public static class DryRunAnswers
{
    /// <summary>What an answer means.</summary>
    /// <remarks>A webhook without dry runs is refused with 400 before it is called (kubernetes/apiserver, admission/plugin/webhook/errors).</remarks>
    public static DryRunAnswer Of(ApiStatus status) => status switch
    {
        { Message: var message } when message.Contains("does not support dry run", StringComparison.OrdinalIgnoreCase) => DryRunAnswer.Untried,
        { IsAdmission: true } => DryRunAnswer.Refused,
        { Code: 403 } => DryRunAnswer.Forbidden,
        { Code: 400 or 404 or 409 or 413 or 422 } => DryRunAnswer.Refused,
        _ => DryRunAnswer.Untried,
    };

    /// <summary>The API server's words, with its causes. Of a Secret none, since they may repeat a value.</summary>
    public static string Words(ApiStatus status, ResourceIdentity resource)
    {
        if (resource is { Group: "", Kind: "Secret" }) return $"the API server refuses it with {status.Code}; its words may hold values, and are not shown";
        // The message of 422 is the causes in one line.
        return status.Causes.IsEmpty || status.Message.Length > 0 ? status.Message : string.Join("; ", status.Causes.Select(cause => $"{cause.Field}: {cause.Message}"));
    }
}
