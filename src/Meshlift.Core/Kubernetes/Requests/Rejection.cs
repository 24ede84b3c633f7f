namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>What the API said when it refused a request: the cause of the <see cref="UserException"/> that tells of it.</summary>
/// <param name="status">Its words.</param>
public sealed class Rejection(ApiStatus status) : Exception(status.Message)
{
    /// <summary>Its words.</summary>
    public ApiStatus Status { get; } = status;
}

/// <summary>One request, as messages name it.</summary>
/// <param name="Cluster">The context.</param>
/// <param name="Verb">The verb of RBAC: <c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>.</param>
/// <param name="Resource">The resource of RBAC: <c>pods</c>, <c>deployments.apps</c>, <c>pods/eviction</c>; or what was asked for.</param>
/// <param name="Namespace">The namespace; empty for all, or for what is cluster-wide.</param>
/// <param name="Object">Which one; empty for a list.</param>
public sealed record RequestName(string Cluster, string Verb, string Resource, string Namespace, string Object)
{
    /// <summary><c>cluster prod: list pods in shop</c>.</summary>
    public override string ToString() =>
        $"cluster {Cluster}: {Verb} {Resource}{(Object.Length > 0 ? $" '{Object}'" : "")}{(Namespace.Length > 0 ? $" in {Namespace}" : "")}";

    private string CanI => Resource.StartsWith('/')
        ? $"kubectl auth can-i {Verb} {Resource}"
        : $"kubectl --context {Cluster} auth can-i {Verb} {Resource}{(Namespace.Length > 0 ? $" --namespace {Namespace}" : "")}";

    /// <summary>The error for an answer that is none that the caller understands.</summary>
    /// <param name="status">What the API said.</param>
    public UserException Rejected(ApiStatus status)
    {
        var said = status.Message.Length > 0 ? $": {status.Message}" : "";
        var reason = status.Reason.Length > 0 ? $"{status.Code} {status.Reason}" : $"{status.Code}";
        var (kind, remedy) = status switch
        {
            { IsAdmission: true } => (ErrorKind.Refused, "change the object so that the policy of this cluster allows it, or ask its owners"),
            { Code: 401 } => (ErrorKind.Environment, "the credentials of this context are not taken: log in again, or see 'kubectl config view' for the user"),
            { Code: 403 } => (ErrorKind.Environment, $"let the user have the RBAC verb '{Verb}' on '{Resource}'{(Namespace.Length > 0 ? $" in the namespace {Namespace}" : "")}; '{CanI}' tells when it does"),
            { Code: 404 } => (ErrorKind.Environment, "check the name and the namespace, and that the kind is installed ('kubectl api-resources')"),
            { Code: 409 } => (ErrorKind.Environment, "it was changed by another in the meantime: run the command again"),
            { Code: 410 } => (ErrorKind.Environment, "run the command again"),
            { Code: 400 or 406 or 413 or 415 or 422 } => (ErrorKind.Input, "correct what the API server names"),
            { Code: 429 } => (ErrorKind.Environment, "the API server is too busy; run the command again later"),
            { Code: >= 300 and < 400 } => (ErrorKind.Environment, "the server leads elsewhere, and credentials do not follow: correct 'server' in the kubeconfig"),
            { Code: >= 500 } => (ErrorKind.Environment, "the API server, or a proxy before it, failed; run the command again, or see its log"),
            _ => (ErrorKind.Environment, "check that 'server' in the kubeconfig is the address of a Kubernetes API server"),
        };
        return new UserException(kind, $"{this}: the API server answered {reason}{said}", remedy, new Rejection(status));
    }
}
