using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Kubernetes.Access;

/// <summary>Reads the users of a kubeconfig.</summary>
internal static class UserReader
{
    private const string PluginGroup = "client.authentication.k8s.io/";

    public static KubeUser Read(string name, KubeconfigFields fields)
    {
        if (fields.Group("auth-provider", fields.What) is { } legacy) throw Legacy(fields, legacy.Text("name") ?? "");
        var user = new KubeUser(name, fields.Place)
        {
            Certificate = fields.Pem("client-certificate", "client-certificate-data"),
            Key = fields.Pem("client-key", "client-key-data"),
            Token = fields.Text("token"),
            TokenFile = fields.Text("tokenFile") is { } file ? fields.PathOf(file) : null,
            UserName = fields.Text("username"),
            Password = fields.Text("password"),
            Plugin = fields.Group("exec", $"the plugin of {fields.What}") is { } plugin ? Plugin(plugin) : null,
            Impersonation = Impersonate(fields),
        };
        if (user.Certificate is not null && user.Key is null) throw fields.Wrong("client-certificate", "has no key", "add client-key or client-key-data");
        if (user.Certificate is null && user.Key is not null) throw fields.Wrong("client-key", "has no certificate", "add client-certificate or client-certificate-data");
        if ((user.Token ?? user.TokenFile) is not null && user.UserName is not null) throw fields.Wrong("username", "is given beside a token", "remove one of them: only one can be sent");
        if (fields.Text("token") is { } token && token.AsSpan().ContainsAny('\r', '\n')) throw fields.Wrong("token", "has a line break in it", "write the token in one line");
        return user;
    }

    private static CredentialPlugin Plugin(KubeconfigFields fields)
    {
        var version = fields.Text("apiVersion") ?? throw fields.Wrong("apiVersion", "is missing", $"write {PluginGroup}v1");
        if (version is not (PluginGroup + "v1") and not (PluginGroup + "v1beta1"))
            throw fields.Wrong("apiVersion", $"is {version}", $"{PluginGroup}v1 and v1beta1 are spoken; run the newest version of the program that wrote this entry");
        var command = fields.Text("command") ?? throw fields.Wrong("command", "is missing", "name the program");
        return new CredentialPlugin(version, command.AsSpan().ContainsAny('/', '\\') ? fields.PathOf(command) : command, fields.Place)
        {
            Arguments = fields.Texts("args"),
            Variables = Variables(fields),
            InstallHint = fields.Text("installHint") ?? "",
            ProvideClusterInfo = fields.Flag("provideClusterInfo"),
            Talk = fields.Text("interactiveMode") switch
            {
                "Never" => PluginTalk.Never,
                "IfAvailable" => PluginTalk.IfAvailable,
                "Always" => PluginTalk.Always,
                // v1 asks for it, v1beta1 has a default.
                null when version.EndsWith("beta1", StringComparison.Ordinal) => PluginTalk.IfAvailable,
                null => throw fields.Wrong("interactiveMode", "is missing", "write Never, IfAvailable or Always"),
                var other => throw fields.Wrong("interactiveMode", $"is {other}", "write Never, IfAvailable or Always"),
            },
        };
    }

    private static ImmutableDictionary<string, string> Variables(KubeconfigFields fields)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var variable in fields.Groups("env", $"a variable of {fields.What}"))
            variables[variable.Text("name") ?? throw variable.Wrong("name", "is missing", "name the variable")] = variable.Text("value") ?? "";
        return variables.ToImmutable();
    }

    private static Impersonation? Impersonate(KubeconfigFields fields)
    {
        var extra = fields.Group("as-user-extra", fields.What);
        var facts = fields["as-user-extra"] is YamlMapping { Entries: var entries } ? entries : [];
        var impersonation = new Impersonation(
            fields.Text("as") ?? "",
            fields.Text("as-uid") ?? "",
            fields.Texts("as-groups"),
            facts.ToImmutableSortedDictionary(entry => entry.Key, entry => extra!.Texts(entry.Key), StringComparer.Ordinal));
        if (impersonation.User.Length > 0) return impersonation;
        // The API server answers such requests with an error that does not say which setting is meant.
        return impersonation.Uid.Length == 0 && impersonation.Groups.IsEmpty && impersonation.Extra.IsEmpty
            ? null
            : throw fields.Wrong("as", "is missing, but as-uid, as-groups or as-user-extra is given", "name the user in 'as'");
    }

    private static UserException Legacy(KubeconfigFields fields, string provider)
    {
        var remedy = provider switch
        {
            "gcp" => "install gke-gcloud-auth-plugin and run 'gcloud container clusters get-credentials'",
            "azure" => "install kubelogin and run 'kubelogin convert-kubeconfig'",
            "oidc" => "use a plugin such as kubelogin (kubectl oidc-login) in 'exec'",
            _ => "use a credential plugin in 'exec', or a token",
        };
        return fields.Wrong("auth-provider", $"is '{provider}'; the old auth providers are not spoken", remedy);
    }
}
