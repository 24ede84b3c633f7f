using System.Collections.Immutable;

namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>A field that a server-side apply would have taken from another manager.</summary>
/// <param name="Manager">Who holds it, such as <c>kubectl</c> or <c>pilot-discovery</c>; empty when the API's sentence is not understood.</param>
/// <param name="Operation">How it holds it, as the API puts it: <c>using apps/v1</c>, <c>with subresource "scale" using apps/v1 at ...</c>; empty when unknown.</param>
/// <param name="Field">The field as the API writes it: <c>.spec.replicas</c>.</param>
public readonly record struct ApplyConflict(string Manager, string Operation, string Field)
{
    /// <summary>The conflicts that an answer 409 names; none when it is a conflict of another sort, such as a changed resource version.</summary>
    /// <remarks>apimachinery, managedfields/internal/conflict.go and api/errors.NewApplyConflict: <c>conflict with "manager" using apps/v1</c>.</remarks>
    public static ImmutableArray<ApplyConflict> Read(ApiStatus status) =>
        [.. status.Causes.Where(cause => cause.Reason == "FieldManagerConflict").Select(cause => Read(cause))];

    private static ApplyConflict Read(StatusCause cause)
    {
        const string start = "conflict with \"";
        if (!cause.Message.StartsWith(start, StringComparison.Ordinal)) return new ApplyConflict("", cause.Message, cause.Field);
        var rest = cause.Message[start.Length..];
        var end = rest.IndexOf('"', StringComparison.Ordinal);
        return end < 0 ? new ApplyConflict("", cause.Message, cause.Field) : new ApplyConflict(rest[..end], rest[(end + 1)..].Trim(), cause.Field);
    }
}
