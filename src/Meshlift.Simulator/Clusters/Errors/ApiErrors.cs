using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Errors;

/// <summary>The refusals of the API, in its own words (k8s.io/apimachinery, pkg/api/errors).</summary>
public static class ApiErrors
{
    /// <summary>There is no such object.</summary>
    public static ApiException NotFound(ResourceKey key, string name) => new(404, "NotFound", $"{key} \"{name}\" not found") { About = key, Name = name };

    /// <summary>There is no such path.</summary>
    public static ApiException NoSuchPath() => new(404, "NotFound", "the server could not find the requested resource");

    /// <summary>An object of that name is there.</summary>
    public static ApiException AlreadyExists(ResourceKey key, string name) => new(409, "AlreadyExists", $"{key} \"{name}\" already exists") { About = key, Name = name };

    /// <summary>The object has changed since it was read.</summary>
    public static ApiException Conflict(ResourceKey key, string name) => Conflict(
        key, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>The object is not in the state that was asked for.</summary>
    public static ApiException Conflict(ResourceKey key, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {key} \"{name}\": {why}") { About = key, Name = name };

    /// <summary>Fields conflict with those of other appliers.</summary>
    public static ApiException ApplyConflict(IReadOnlyList<ApiCause> causes, string message) => new(409, "Conflict", message) { Causes = causes };

    /// <summary>The request cannot be understood.</summary>
    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>The object breaks rules; each cause names a field.</summary>
    public static ApiException Invalid(ResourceType type, string name, IReadOnlyList<ApiCause> causes)
    {
        var texts = causes.Select(cause => cause.Field.Length == 0 ? cause.Message : $"{cause.Field}: {cause.Message}").ToList();
        var qualified = type.Key.Group.Length == 0 ? type.Kind : $"{type.Kind}.{type.Key.Group}";
        var list = texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return new ApiException(422, "Invalid", $"{qualified} \"{name}\" is invalid: {list}") { About = type.Key, AboutKind = type.Kind, Name = name, Causes = causes };
    }

    /// <summary>Not allowed.</summary>
    public static ApiException Forbidden(ResourceKey key, string name, string why) =>
        new(403, "Forbidden", name.Length == 0 ? $"{key} is forbidden: {why}" : $"{key} \"{name}\" is forbidden: {why}") { About = key, Name = name };

    /// <summary>The version that a list or a watch starts from is too old.</summary>
    public static ApiException Expired(string message) => new(410, "Expired", message);

    /// <summary>The verb is not known at that path.</summary>
    public static ApiException MethodNotAllowed() => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    /// <summary>None of the forms that the client takes is spoken.</summary>
    public static ApiException NotAcceptable() => new(
        406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml");

    /// <summary>The body has a form that is not read.</summary>
    public static ApiException UnsupportedMediaType(IEnumerable<string> known) => new(
        415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", known)}");

    /// <summary>Come again later.</summary>
    public static ApiException TooManyRequests(string message, int? seconds, params IReadOnlyList<ApiCause> causes) => new(429, "TooManyRequests", message) { RetryAfterSeconds = seconds, Causes = causes };

    /// <summary>Nobody knows the caller.</summary>
    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");
}
