namespace Meshlift.Tests.Checks;

/// <summary>Small objects to put into files.</summary>
internal static class Objects
{
    public static string Deployment(string name, string space = "shop", string labels = "", string container = "", string kind = "Deployment") => $$"""
        apiVersion: apps/v1
        kind: {{kind}}
        metadata: { name: {{name}}{{In(space)}} }
        spec:
          template:
            metadata: { labels: { app: {{name}}{{(labels.Length == 0 ? "" : ", " + labels)}} } }
            spec:
              containers:
                - { name: {{name}}, image: "registry.example.com/{{name}}:1.0.0", resources: { limits: { memory: 64Mi } }{{(container.Length == 0 ? "" : ", " + container)}} }

        """;

    public static string Service(string name, string selector = "", string space = "shop", string more = "") => $$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}}{{In(space)}} }
        spec: { ports: [{ name: http, port: 80 }]{{(selector.Length == 0 ? "" : $", selector: {{ {selector} }}")}}{{more}} }

        """;

    public static string Namespace(string name, string labels = "") => $"apiVersion: v1\nkind: Namespace\nmetadata: {{ name: {name}, labels: {{ {labels} }} }}\n";

    public static string Policy(string name, string spec, string space = "shop") => $"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{ name: {name}, namespace: {space} }}\nspec: {{ {spec} }}\n";

    public static string Custom(string apiVersion, string kind, string name, string spec, string space = "shop") => $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{ name: {name}{In(space)} }}\nspec: {{ {spec} }}\n";

    public static string Join(params string[] documents) => string.Join("---\n", documents);

    private static string In(string space) => space.Length == 0 ? "" : $", namespace: {space}";
}
