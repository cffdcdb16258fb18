#include "simulator/invoice_pdf.hpp"

#include <fmt/format.h>

#include "simulator/pages.hpp"

namespace freehold::simulator {

namespace {

// UTF-8 as a PDF string in WinAnsiEncoding.
std::string pdf_string(std::string_view text) {
  std::string out = "(";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '(' || byte == ')' || byte == '\\') out += '\\';
    if (byte < 0x80) {
      out += static_cast<char>(byte);
    } else if ((byte & 0xE0) == 0xC0 && i + 1 < text.size()) {
      const int code = ((byte & 0x1F) << 6) | (static_cast<unsigned char>(text[++i]) & 0x3F);
      out += code <= 0xFF ? fmt::format("\\{:03o}", code) : "?";
    } else {
      const std::string_view rest = text.substr(i);
      out += rest.starts_with("−") ? "-" : rest.starts_with("€") ? "\\200" : "?";
      while (i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xC0) == 0x80) ++i;
    }
  }
  return out + ")";
}

std::string page_of(const std::vector<std::string>& lines) {
  std::string page = "BT /F1 18 Tf 56 780 Td ";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == 1) page += "/F1 11 Tf 0 -14 Td ";
    page += pdf_string(lines[i]) + " Tj 0 -16 Td ";
  }
  return page + "ET";
}

}  // namespace

std::string pdf_of(const std::vector<std::string>& lines) {
  const std::string page = page_of(lines);
  const std::string page_object =
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
      "/Resources << /Font << /F1 5 0 R >> >> >>";
  const std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page_object,
      fmt::format("<< /Length {} >>\nstream\n{}\nendstream", page.size(), page),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"};
  std::string file = "%PDF-1.4\n";
  std::string table = fmt::format("xref\n0 {}\n0000000000 65535 f \n", objects.size() + 1);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", file.size());
    file += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const std::size_t at = file.size();
  return file + table +
         fmt::format("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n",
                     objects.size() + 1, at);
}

std::string invoice_pdf(const json::object& invoice) {
  const std::string currency = text_of(invoice, "currency");
  const auto sum = [&](std::string_view label, std::string_view member) {
    return fmt::format("{}: {}", label, amount_text(number_of(invoice, member), currency));
  };
  std::vector<std::string> lines = {
      fmt::format("Invoice {}", text_of(invoice, "number")),
      "From the Freehold simulator, which is not Stripe. No money moves.",
      fmt::format("To: {} {}", text_of(invoice, "customer_name"),
                  text_of(invoice, "customer_email")),
      fmt::format("Date: {}", date_text(number_of(invoice, "created"))),
      fmt::format("Status: {}", status_text(text_of(invoice, "status"))),
      ""};
  if (is_set(invoice, "due_date"))
    lines.insert(lines.end() - 1,
                 fmt::format("To be paid by: {}", date_text(number_of(invoice, "due_date"))));
  for (const json::value& value : array_of(object_of(invoice, "lines"), "data")) {
    const json::object& line = value.get_object();
    lines.push_back(fmt::format("{}    {}", text_of(line, "description"),
                                amount_text(number_of(line, "amount"), currency)));
  }
  lines.emplace_back("");
  lines.push_back(sum("Subtotal", "subtotal"));
  lines.push_back(sum("Without tax", "total_excluding_tax"));
  lines.push_back(sum("Total", "total"));
  lines.push_back(sum("Paid", "amount_paid"));
  lines.push_back(sum("Still due", "amount_remaining"));
  return pdf_of(lines);
}

}  // namespace freehold::simulator
