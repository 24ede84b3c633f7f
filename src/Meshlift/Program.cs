using System.CommandLine;
using System.Text;
using Meshlift.CommandLine;

// Pipes and files get UTF-8 without a byte order mark, whatever the terminal's settings are.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var output = new StreamWriter(Console.OpenStandardOutput(), Console.OutputEncoding) { AutoFlush = true };
using var interrupt = new Interrupt();
var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = Console.Error };
return await CommandTree.RunAsync(args, settings, interrupt.Token);
